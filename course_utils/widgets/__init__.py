"""Explorers for the lessons, a file each: sliders beside a picture, where a hand teaches more than a page."""
