import type { LoginAnswer, User } from '../../modules/auth/model.ts';
import { call, Refusal } from './api.ts';

const SESSION_KEY = 'didar.session';
const DEVICE_KEY = 'didar.device';
/** A token that ends so soon is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

/** A login as this browser keeps it. */
interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** By the clock of this browser, in milliseconds. */
  readonly expiresAt: number;
  readonly user: User;
}

/** Remembers a login for all pages of this server. */
export function keepSession({ accessToken, refreshToken, expiresIn, device, user }: LoginAnswer): void {
  const session: Session = { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000, user };
  localStorage.setItem(SESSION_KEY, JSON.stringify(session));
  localStorage.setItem(DEVICE_KEY, device);
}

/** Who is signed in here, as far as this browser knows. */
export function signedInUser(): User | undefined {
  return stored()?.user;
}

/** Says to the server that this browser has signed in before; stays when the session ends. */
export function knownDevice(): string | undefined {
  return localStorage.getItem(DEVICE_KEY) ?? undefined;
}

/** Forgets the login here; the server is told by whoever ends it. */
export function forgetSession(): void {
  localStorage.removeItem(SESSION_KEY);
}

/** An access token that holds, renewed if need be; undefined when nobody is signed in, or no longer. */
export async function accessToken(): Promise<string | undefined> {
  const session = stored();
  if (!session) return undefined;
  if (session.expiresAt - Date.now() > RENEW_BEFORE_MS) return session.accessToken;
  const { refreshToken } = session;
  try {
    const renewed = await call<LoginAnswer>('POST', '/api/auth/refresh', { refreshToken });
    keepSession(renewed);
    return renewed.accessToken;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    forgetSession();
    return undefined;
  }
}

/** As `call`, by who is signed in; as anyone when nobody is. A login that was ended elsewhere is forgotten. */
export async function callAsUser<T>(method: string, path: string, body?: unknown): Promise<T> {
  const token = await accessToken();
  try {
    return await call<T>(method, path, body, token);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401 && token !== undefined) forgetSession();
    throw error;
  }
}

function stored(): Session | undefined {
  const text = localStorage.getItem(SESSION_KEY);
  return text === null ? undefined : (JSON.parse(text) as Session);
}
