<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Doubles;

use Magento\Framework\DB\Adapter\AdapterInterface;
use Magento\Framework\DB\Ddl\Trigger;

/**
 * A connection that keeps the triggers it is told to create.
 */
class TriggerConnection implements AdapterInterface
{
    /** @var array<string, string[]> Statements by the trigger's name. */
    public array $triggers = [];

    public function dropTrigger(string $name): void
    {
        unset($this->triggers[$name]);
    }

    public function createTrigger(Trigger $trigger): void
    {
        $this->triggers[$trigger->name] = $trigger->statements;
    }
}
