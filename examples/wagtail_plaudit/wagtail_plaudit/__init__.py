"""Reviews of a Plaudit instance in Wagtail: a block, an embed finder, a webhook, and a command that catches up."""
