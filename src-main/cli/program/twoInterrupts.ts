/** A handler for interrupts: the first one stops gracefully, further ones at once. */
export function twoInterrupts(stopGracefully: () => void, stopNow: () => void): () => void {
  let isStopping = false;
  return () => {
    if (isStopping) stopNow();
    else stopGracefully();
    isStopping = true;
  };
}
