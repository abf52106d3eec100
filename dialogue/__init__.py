"""The dialogue: what is open, what a message does in it; pure, knows no shop and no Rasa."""
