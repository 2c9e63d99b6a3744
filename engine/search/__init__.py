"""Searching what customers said: an index that follows the store, and answers that the store has checked."""
