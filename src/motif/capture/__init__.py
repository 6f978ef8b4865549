"""Will this photo do, or should it be taken again, and how?"""
