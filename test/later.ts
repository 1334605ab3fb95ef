const open: (() => Promise<unknown>)[] = [];

/** Closes something when the file's tests are over; some of them run side by side. */
export function later(close: () => Promise<unknown>): void {
  open.push(close);
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()));
}
