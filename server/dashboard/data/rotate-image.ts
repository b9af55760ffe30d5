/**
 * Rotates an image clockwise about its center, as OCR does on the server. The result has the size of the original image, with width and
 * height swapped if the angle is closer to 90° or 270° than to 0° or 180°. Crops the rotated image to this size, and fills uncovered
 * corners with white. Returns the original image if the browser cannot rotate it.
 */
export async function rotateImage(content: Blob, degrees: number): Promise<Blob> {
  try {
    const image = await createImageBitmap(content);
    const isSideways = Math.round(degrees / 90) % 2 !== 0;
    const canvas = document.createElement('canvas');
    canvas.width = isSideways ? image.height : image.width;
    canvas.height = isSideways ? image.width : image.height;
    const context = canvas.getContext('2d');
    if (!context) return content;
    context.fillStyle = 'white';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((degrees * Math.PI) / 180);
    context.drawImage(image, -image.width / 2, -image.height / 2);
    image.close();
    return await new Promise((resolve) => canvas.toBlob((rotated) => resolve(rotated ?? content)));
  } catch {
    return content;
  }
}
