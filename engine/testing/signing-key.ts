export const signingKey = new TextEncoder().encode('a key for tests only, 32 bytes..')
