"""What does a manifest of the US EPA's e-Manifest system say, and which movements is that to us?"""
