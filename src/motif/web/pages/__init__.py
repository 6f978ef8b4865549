"""What each page shows and does; none of them asks who may: the table of actions does."""
