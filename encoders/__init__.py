"""Turn texts into vectors: packaged encoders, ONNX files, any local Hugging Face folder."""
