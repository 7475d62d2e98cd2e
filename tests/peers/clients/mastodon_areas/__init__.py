"""What an app does through Mastodon.py, one area in each file; `mastodon_flow.py` runs them in order."""
