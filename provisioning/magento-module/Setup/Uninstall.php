<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Setup;

use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\SchemaSetupInterface;
use Magento\Framework\Setup\UninstallInterface;

/**
 * Takes the triggers away before `module:uninstall` drops the table that they write to.
 */
class Uninstall implements UninstallInterface
{
    public function __construct(private readonly ChangeTriggers $triggers)
    {
    }

    /**
     * @inheritdoc
     */
    public function uninstall(SchemaSetupInterface $setup, ModuleContextInterface $context)
    {
        $this->triggers->drop();
    }
}
