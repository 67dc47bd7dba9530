/** The cells a view may fill. */
export interface ViewProps {
  readonly width: number;
  readonly height: number;
}
