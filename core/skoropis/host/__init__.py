"""Plugins: manifests, discovery, the thread lanes they run on, the breaker, trust."""
