<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SettingInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class Setting extends AbstractSimpleObject implements SettingInterface
{
    /**
     * @inheritdoc
     */
    public function getPath(): string
    {
        return $this->_get('path');
    }

    /**
     * @inheritdoc
     */
    public function setPath(string $path): void
    {
        $this->setData('path', $path);
    }

    /**
     * @inheritdoc
     */
    public function getScope(): string
    {
        return $this->_get('scope');
    }

    /**
     * @inheritdoc
     */
    public function setScope(string $scope): void
    {
        $this->setData('scope', $scope);
    }

    /**
     * @inheritdoc
     */
    public function getValue(): ?string
    {
        return $this->_get('value');
    }

    /**
     * @inheritdoc
     */
    public function setValue(?string $value): void
    {
        $this->setData('value', $value);
    }
}
