"""Stands where Colab has its own package. The lessons only ask whether it is loaded."""
