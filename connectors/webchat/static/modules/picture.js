// A picture that is sent to find products like it: made small here, so that little has to travel.
const LARGEST_SIDE = 1024;
const PREVIEW_SIDE = 160;

/** The file as a small JPEG (a blob) and a preview (a canvas); throws for what is no picture. */
export async function prepared(file) {
  const bitmap = await createImageBitmap(file);
  const blob = await new Promise((resolve) =>
    painted(bitmap, LARGEST_SIDE).toBlob(resolve, "image/jpeg", 0.85),
  );
  const preview = painted(bitmap, PREVIEW_SIDE);
  bitmap.close();
  return { blob, preview };
}

function painted(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // what is see-through becomes paper, not black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
