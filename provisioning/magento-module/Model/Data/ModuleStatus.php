<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ModuleStatusInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class ModuleStatus extends AbstractSimpleObject implements ModuleStatusInterface
{
    /**
     * @inheritdoc
     */
    public function getContract(): int
    {
        return $this->_get('contract');
    }

    /**
     * @inheritdoc
     */
    public function setContract(int $contract): void
    {
        $this->setData('contract', $contract);
    }

    /**
     * @inheritdoc
     */
    public function getVersion(): string
    {
        return $this->_get('version');
    }

    /**
     * @inheritdoc
     */
    public function setVersion(string $version): void
    {
        $this->setData('version', $version);
    }
}
