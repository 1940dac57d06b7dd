"""Grading of untrusted notebooks: stands apart from the course's models, and imports none of them."""
