/** Parses an upload or download URL received from the server. @throws `ResponseShapeError` */
export declare function absoluteUrl(text: string, what: string): URL;
