/** A text for a page: in an element, or in an attribute with double quotes. */
export const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text in which Markdown finds nothing of its own, and GitHub nobody to tell of it. */
export const inMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>()#|~$&]/g, String.raw`\$&`).replaceAll('@', '@<!-- -->');
