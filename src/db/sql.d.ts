/** Migrations are embedded in the executable as text. */
declare module '*.sql' {
  const text: string;
  export = text;
}
