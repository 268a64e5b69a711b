<?php

declare(strict_types=1);

// The module's own classes, and small doubles of the few of Magento's that its rules rest on: no Magento is needed here.
spl_autoload_register(static function (string $class): void {
    $own = 'Holdfast\\Terminal\\';
    if (str_starts_with($class, $own)) {
        $file = dirname(__DIR__) . '/' . str_replace('\\', '/', substr($class, strlen($own))) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

require __DIR__ . '/Doubles/magento.php';
