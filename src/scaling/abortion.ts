/** A promise that rejects when the signal aborts; `release` removes its listener. */
export function abortion(signal: AbortSignal): { readonly promise: Promise<never>; readonly release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    const listener = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', listener, { once: true });
    release = () => signal.removeEventListener('abort', listener);
    if (signal.aborted) listener();
  });
  promise.catch(() => undefined);
  return { promise, release };
}
