/**
 * Turns a picture clockwise, as the server does: by quarters together with its frame, and by the rest within the frame. Empty corners
 * become white. Returns the same picture if the browser cannot decode it.
 */
export async function turnPicture(content: Blob, degrees: number): Promise<Blob> {
  try {
    const picture = await createImageBitmap(content);
    const isOnItsSide = Math.round(degrees / 90) % 2 !== 0;
    const canvas = document.createElement('canvas');
    canvas.width = isOnItsSide ? picture.height : picture.width;
    canvas.height = isOnItsSide ? picture.width : picture.height;
    const context = canvas.getContext('2d');
    if (!context) return content;
    context.fillStyle = 'white';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((degrees * Math.PI) / 180);
    context.drawImage(picture, -picture.width / 2, -picture.height / 2);
    picture.close();
    return await new Promise((resolve) => canvas.toBlob((turned) => resolve(turned ?? content)));
  } catch {
    return content;
  }
}
