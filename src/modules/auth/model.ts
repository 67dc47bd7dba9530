import { type Static, t } from 'elysia';
import { SCOPES } from '../../access/principal.ts';
import { oneOf, PageQuery, page, Timestamp, textOf } from '../../lib/schema.ts';

const Email = t.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^\\s@]+@[^\\s@]+$',
  description: 'An email address, as in ada@example.org.',
  examples: ['ada@example.org'],
});
const Name = textOf(1, 100, { description: 'A name of 1 to 100 characters.', examples: ['Ada Lovelace'] });
const Password = textOf(8, 1024, {
  description: 'A password of at least 8 characters.',
  examples: ['several words of your own'],
});
const Role = t.Union([t.Literal('admin'), t.Literal('user')]);

export const User = t.Object({
  id: t.String(),
  email: t.String(),
  name: t.String(),
  role: Role,
  disabled: t.Boolean(),
  createdAt: Timestamp,
});
export type User = Static<typeof User>;
export const UserPage = page(User);
export const UserQuery = t.Composite([
  PageQuery,
  t.Object({ email: t.Optional(t.String({ maxLength: 254 })) }),
]);
export const IdParams = t.Object({ id: t.String({ minLength: 1, maxLength: 100 }) });
export const UserLoginParams = t.Object({ ...IdParams.properties, login: IdParams.properties.id });
export const UserCreate = t.Object(
  { email: Email, name: Name, role: t.Optional(Role), password: Password },
  { additionalProperties: false },
);
export type UserCreate = Static<typeof UserCreate>;
export const UserChange = t.Partial(
  t.Object({ email: Email, name: Name, role: Role, disabled: t.Boolean(), password: Password }),
  { additionalProperties: false, minProperties: 1 },
);
export type UserChange = Static<typeof UserChange>;

export const LoginRequest = t.Object(
  {
    email: t.String({ maxLength: 254 }),
    password: t.String({ maxLength: 1024 }),
    device: t.Optional(
      t.String({
        maxLength: 500,
        description: 'From an earlier answer: then guesses made elsewhere never delay this login.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type LoginRequest = Static<typeof LoginRequest>;
export const RefreshRequest = t.Object(
  { refreshToken: t.String({ maxLength: 500 }) },
  { additionalProperties: false },
);
/** The first admin makes itself with the one-time setup code; later an invitation, or open registration. */
export const RegisterRequest = t.Object(
  {
    email: Email,
    name: Name,
    password: Password,
    setupCode: t.Optional(t.String({ maxLength: 100 })),
    invitation: t.Optional(t.String({ maxLength: 100, description: 'The token of an invitation.' })),
  },
  { additionalProperties: false },
);
export type RegisterRequest = Static<typeof RegisterRequest>;
export const LoginAnswer = t.Object({
  accessToken: t.String(),
  refreshToken: t.String(),
  expiresIn: t.Integer({ description: 'seconds' }),
  /** Says that this device has signed in before; good for nothing else. */
  device: t.String(),
  user: User,
});
export type LoginAnswer = Static<typeof LoginAnswer>;

/** One asks with the old password, so that an open browser is not enough to take an account. */
export const PasswordChange = t.Object(
  { currentPassword: t.String({ maxLength: 1024 }), newPassword: Password },
  { additionalProperties: false },
);
export type PasswordChange = Static<typeof PasswordChange>;

/** With the token of a link that an admin made. */
export const ResetRequest = t.Object(
  { token: t.String({ maxLength: 100 }), password: Password },
  { additionalProperties: false },
);
export type ResetRequest = Static<typeof ResetRequest>;
/** The link and its token are shown this once. */
export const ResetCreated = t.Object({
  user: User,
  token: t.String(),
  url: t.String(),
  expiresAt: Timestamp,
});
export type ResetCreated = Static<typeof ResetCreated>;

/** Lets one person make an account. */
export const Invitation = t.Object({
  id: t.String(),
  /** What the account will be. */
  role: Role,
  /** The only email that the account can have; null for any. */
  email: t.Nullable(t.String()),
  createdBy: t.String(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
export type Invitation = Static<typeof Invitation>;
export const InvitationPage = page(Invitation);
export const InvitationCreate = t.Partial(
  t.Object({
    role: Role,
    email: Email,
    expiresIn: t.Integer({
      minimum: 60,
      maximum: 31_536_000,
      description: 'Seconds, from a minute to a year; 7 days when left out.',
    }),
  }),
  { additionalProperties: false },
);
export type InvitationCreate = Static<typeof InvitationCreate>;
/** The link and its token are shown this once. */
export const InvitationCreated = t.Composite([Invitation, t.Object({ token: t.String(), url: t.String() })]);
export type InvitationCreated = Static<typeof InvitationCreated>;

/** A signed-in device. */
export const Login = t.Object({
  id: t.String(),
  /** The one that asks. */
  current: t.Boolean(),
  address: t.Nullable(t.String()),
  userAgent: t.Nullable(t.String()),
  createdAt: Timestamp,
  usedAt: Timestamp,
  expiresAt: Timestamp,
});
export type Login = Static<typeof Login>;
export const LoginPage = page(Login);

/** How people may come to be signed in here. */
export const SignInOptions = t.Object({
  registration: t.Union([t.Literal('closed'), t.Literal('invite'), t.Literal('open')]),
  /** The OpenID provider, by the name that people know. */
  oidc: t.Nullable(t.Object({ name: t.String() })),
});
export type SignInOptions = Static<typeof SignInOptions>;
/** What a provider sends a browser back with (OpenID Connect Core, 3.1.2.5; RFC 9207), or more. */
export const OidcCallbackQuery = t.Object({
  state: t.Optional(t.String({ maxLength: 500 })),
  code: t.Optional(t.String({ maxLength: 4000 })),
  iss: t.Optional(t.String({ maxLength: 500 })),
  error: t.Optional(t.String({ maxLength: 200 })),
  error_description: t.Optional(t.String({ maxLength: 2000 })),
});

/** Whether this server still waits for its first admin; the code is told over the local socket alone. */
export const SetupStatus = t.Object({ needed: t.Boolean(), code: t.Nullable(t.String()) });
export type SetupStatus = Static<typeof SetupStatus>;

export const Me = t.Object({
  kind: t.Union([t.Literal('local'), t.Literal('user'), t.Literal('token')]),
  user: t.Nullable(User),
  scopes: t.Array(t.String()),
});
export type Me = Static<typeof Me>;

export const ApiToken = t.Object({
  id: t.String(),
  name: t.String(),
  scopes: t.Array(oneOf(SCOPES)),
  createdBy: t.String(),
  createdAt: Timestamp,
  expiresAt: t.Nullable(Timestamp),
  usedAt: t.Nullable(Timestamp),
});
export type ApiToken = Static<typeof ApiToken>;
export const ApiTokenPage = page(ApiToken);
export const ApiTokenCreate = t.Object(
  {
    name: Name,
    scopes: t.Array(oneOf(SCOPES), { minItems: 1, uniqueItems: true }),
    /** Seconds; 90 days when left out, null never expires. */
    expiresIn: t.Optional(t.Nullable(t.Integer({ minimum: 60, maximum: 315_360_000 }))),
  },
  { additionalProperties: false },
);
export type ApiTokenCreate = Static<typeof ApiTokenCreate>;
/** The secret is shown this once. */
export const ApiTokenCreated = t.Composite([ApiToken, t.Object({ token: t.String() })]);
export type ApiTokenCreated = Static<typeof ApiTokenCreated>;
