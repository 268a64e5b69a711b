<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * Settings that prices and taxes rest on, which Magento's own REST interface does not give.
 *
 * @api
 */
interface SettingsInterface
{
    /**
     * The values in force, by store view.
     *
     * @return \Holdfast\Terminal\Api\Data\SettingInterface[]
     */
    public function getList(): array;
}
