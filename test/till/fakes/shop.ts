export * from '../../../src/showroom/gallery/sample-shop.ts';
