"""What an administrator looks after: keys, users, subscriptions, deliveries, audit log, configuration."""
