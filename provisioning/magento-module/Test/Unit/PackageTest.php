<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Status;
use PHPUnit\Framework\TestCase;

/**
 * Holds the package together where no compiler does.
 */
class PackageTest extends TestCase
{
    private const ROOT = __DIR__ . '/../..';

    /**
     * @return string[] Paths under the package.
     */
    private function files(string $pattern): array
    {
        $files = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(self::ROOT)) as $file) {
            if ($file->isFile() && preg_match($pattern, $file->getFilename())) {
                $files[] = $file->getPathname();
            }
        }
        self::assertNotEmpty($files);
        return $files;
    }

    private function xml(string $path): \SimpleXMLElement
    {
        $xml = simplexml_load_string(file_get_contents(self::ROOT . "/$path"));
        self::assertNotFalse($xml, "$path is not well-formed");
        return $xml;
    }

    /**
     * @param mixed $class
     */
    private function assertOwnClass($class, string $where): void
    {
        $name = ltrim((string)$class, '\\');
        if (str_starts_with($name, 'Holdfast\\Terminal\\')) {
            $file = self::ROOT . '/' . str_replace('\\', '/', substr($name, strlen('Holdfast\\Terminal\\'))) . '.php';
            self::assertFileExists($file, "$where names $name");
        }
    }

    public function testEveryFileOfPhpParsesAndIsStrict(): void
    {
        foreach ($this->files('/\.(php|phtml)$/') as $file) {
            $code = file_get_contents($file);
            token_get_all($code, TOKEN_PARSE);
            if (!str_ends_with($file, '.phtml')) {
                self::assertStringContainsString('declare(strict_types=1);', $code, $file);
            }
        }
    }

    public function testEveryClassThatAFileUsesOfItsOwnPackageExists(): void
    {
        foreach ($this->files('/\.php$/') as $file) {
            preg_match_all('/^use (Holdfast\\\\Terminal\\\\[\w\\\\]+);/m', file_get_contents($file), $uses);
            foreach ($uses[1] as $class) {
                $this->assertOwnClass($class, $file);
            }
        }
    }

    public function testEveryConfigurationIsWellFormedAndNamesClassesThatExist(): void
    {
        foreach ($this->files('/\.xml(\.dist)?$/') as $file) {
            $xml = simplexml_load_string(file_get_contents($file));
            self::assertNotFalse($xml, "$file is not well-formed");
            foreach ($xml->xpath('//@class | //@type | //@instance | //@for') as $class) {
                $this->assertOwnClass($class, $file);
            }
        }
    }

    public function testEveryCallNeedsAPermissionThatIsDeclaredAndAMethodThatExists(): void
    {
        $declared = array_map('strval', $this->xml('etc/acl.xml')->xpath('//resource/@id'));
        foreach ($this->xml('etc/webapi.xml')->route as $route) {
            $class = (string)$route->service['class'];
            self::assertTrue(method_exists($class, (string)$route->service['method']), (string)$route['url']);
            foreach ($route->resources->resource as $resource) {
                self::assertContains((string)$resource['ref'], $declared);
            }
        }
    }

    public function testEveryColumnIsInTheWhitelistWithoutWhichMagentoNeverRemovesIt(): void
    {
        $whitelist = json_decode(file_get_contents(self::ROOT . '/etc/db_schema_whitelist.json'), true);
        foreach ($this->xml('etc/db_schema.xml')->table as $table) {
            $listed = $whitelist[(string)$table['name']];
            foreach (['column' => 'name', 'constraint' => 'referenceId', 'index' => 'referenceId'] as $part => $name) {
                $defined = [];
                foreach ($table->{$part} as $element) {
                    $defined[] = (string)$element[$name];
                }
                self::assertEqualsCanonicalizing($defined, array_keys($listed[$part] ?? []), "$part of {$table['name']}");
            }
        }
    }

    public function testTellsTheVersionThatIsInstalled(): void
    {
        $composer = json_decode(file_get_contents(self::ROOT . '/composer.json'), true);
        self::assertSame($composer['version'], (new Status())->get()->getVersion());
        self::assertSame('magento2-module', $composer['type']);
    }

    public function testDataObjectsGiveBackWhatTheyWereGiven(): void
    {
        foreach ($this->files('/Interface\.php$/') as $file) {
            if (!str_contains($file, 'Api/Data/')) {
                continue;
            }
            $name = basename($file, 'Interface.php');
            $class = "Holdfast\\Terminal\\Model\\Data\\$name";
            $object = new $class();
            foreach (get_class_methods("Holdfast\\Terminal\\Api\\Data\\{$name}Interface") as $setter) {
                if (!str_starts_with($setter, 'set')) {
                    continue;
                }
                $type = (new \ReflectionMethod($class, $setter))->getParameters()[0]->getType()->getName();
                $values = ['string' => 'x', 'int' => 3, 'float' => 2.5, 'bool' => true, 'array' => ['x']];
                $value = $values[$type] ?? new (str_replace(['Api\\', 'Interface'], ['Model\\', ''], $type))();
                $object->{$setter}($value);
                $getter = ($type === 'bool' ? 'is' : 'get') . substr($setter, 3);
                self::assertSame($value, $object->{$getter}(), "$name::$getter");
            }
        }
    }
}
