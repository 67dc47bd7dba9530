/** The style of the page is part of the page. */
declare module '*/docs.css' {
  const text: string;
  export = text;
}
