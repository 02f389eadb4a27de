/** What a command does when it is interrupted: politely the first time, at once when somebody is in a hurry. */
export function twoInterrupts(politely: () => void, atOnce: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) atOnce();
    else politely();
    asked = true;
  };
}
