// The native parts of koffi are the whole library; without its own package, nothing of it is installed elsewhere than on
// Windows. They come without types, which are those of koffi.
declare module '@koromix/koffi-win32-*' {
  import koffi from 'koffi';

  export default koffi;
}
