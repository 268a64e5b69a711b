<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Setup;

use Magento\Framework\Setup\InstallSchemaInterface;
use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\SchemaSetupInterface;

/**
 * Puts the triggers in place with every `setup:upgrade`: an upgrade of Magento may have rebuilt a table without them.
 */
class Recurring implements InstallSchemaInterface
{
    public function __construct(private readonly ChangeTriggers $triggers)
    {
    }

    /**
     * @inheritdoc
     */
    public function install(SchemaSetupInterface $setup, ModuleContextInterface $context)
    {
        $this->triggers->create();
    }
}
