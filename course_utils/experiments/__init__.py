"""Comparisons that are too long for a lesson: a command writes each one's table, and the lesson runs a row again."""
