"""Moderation: the queue, one review with all that belongs to it, what readers reported, and pictures that wait."""
