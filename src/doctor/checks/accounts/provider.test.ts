import { expect, test } from 'bun:test';
import { startOidcProvider } from '../../../../test/fixtures/oidc-provider.ts';
import { subjectOf } from '../../../../test/fixtures/subject.ts';
import { providerCheck } from './provider.ts';

const look = async (issuer?: string) =>
  providerCheck.run(
    await subjectOf({
      env: issuer === undefined ? {} : { DIDAR_AUTH_OIDC_ISSUER: issuer, DIDAR_AUTH_OIDC_CLIENT_ID: 'didar' },
    }),
  );

test('the doctor finds the provider, tells what to register there, and says when it is not there', async () => {
  const provider = await startOidcProvider({ redirectUris: () => ['https://meet.example.org/callback'] });
  try {
    expect(await look(provider.issuer)).toMatchObject({
      state: 'ok',
      evidence: expect.stringContaining(
        'publishes 1 key. The redirect URI to register there is https://NAME/api/auth/oidc/callback',
      ),
    });
    expect(await look(provider.issuer.replace('127.0.0.1', 'localhost'))).toMatchObject({
      state: 'failed',
      fix: `Set auth.oidc.issuer to ${provider.issuer}.`,
      key: 'auth.oidc.issuer',
    });
  } finally {
    await provider.stop();
  }
  expect(await look(provider.issuer)).toMatchObject({
    state: 'failed',
    evidence: expect.stringContaining('TCP fails'),
    key: 'auth.oidc.issuer',
  });
  expect(await look()).toMatchObject({ state: 'skipped' });
});
