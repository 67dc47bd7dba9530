import { setDefaultTimeout } from 'bun:test';

/** A test with real processes and media takes as long as a busy machine makes it; its waits have limits of their own. */
setDefaultTimeout(90_000);
