export { SampleRegister as RegisterDriver } from '../../src/showroom/gallery/sample-register.ts';
