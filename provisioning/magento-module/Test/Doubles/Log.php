<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Doubles;

use Psr\Log\LoggerInterface;

class Log implements LoggerInterface
{
    /** @var string[] */
    public array $lines = [];

    public function warning($message, array $context = [])
    {
        $this->lines[] = $message;
    }

    public function error($message, array $context = [])
    {
        $this->lines[] = $message;
    }
}
