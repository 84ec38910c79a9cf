/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, content: string, type = "text/plain;charset=utf-8"): void {
  const file = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = file;
  link.download = name;
  link.click();
  // The download reads the object; it is let go a while later.
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
}
