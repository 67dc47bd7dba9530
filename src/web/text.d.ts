/** The page is embedded in the executable as text. */
declare module '*/page.css' {
  const text: string;
  export = text;
}
