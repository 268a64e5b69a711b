<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Holdfast\Terminal\Api\Data\ModuleStatusInterface;
use Holdfast\Terminal\Api\StatusInterface;
use Holdfast\Terminal\Model\Data\ModuleStatus;

/**
 * @inheritdoc
 */
class Status implements StatusInterface
{
    private const CONTRACT = 1;
    private const VERSION = '0.1.0';

    /**
     * @inheritdoc
     */
    public function get(): ModuleStatusInterface
    {
        return new ModuleStatus(['contract' => self::CONTRACT, 'version' => self::VERSION]);
    }
}
