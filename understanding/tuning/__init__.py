"""Fine-tuning of sentence encoders: torch and peft, loaded at training time only."""
