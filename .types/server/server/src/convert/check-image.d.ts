import { type ModuleLimits } from '../module-contract/module.js';
export interface ImageFacts {
    readonly kind: 'png' | 'jpeg';
    readonly width: number;
    readonly height: number;
}
/**
 * Reads the size of a PNG or JPEG image from its header before the image is decoded, because a 1.2 MB PNG file can contain
 * 400 megapixels, which would take up 2.5 GB of memory when decoded.
 *
 * @throws `ModuleError` if the file is not a PNG or JPEG image, its header is corrupt, or the image has too many pixels.
 */
export declare function checkImage(path: string, limits: Pick<ModuleLimits, 'maxPixels'>): Promise<ImageFacts>;
