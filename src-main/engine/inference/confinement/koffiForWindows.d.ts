// koffi's native packages contain the whole library. Depending on them alone keeps koffi off other systems than
// Windows. They ship without types, so their types are taken from koffi.
declare module '@koromix/koffi-win32-*' {
  import koffi from 'koffi';

  export default koffi;
}
