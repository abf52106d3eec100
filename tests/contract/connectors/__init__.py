"""What every messenger channel must do, whichever provider it speaks to."""
